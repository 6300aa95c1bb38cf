import type { S3Client } from '@aws-sdk/client-s3';
import type { Stack } from '../template/load-stack.ts';
import { BucketProperties, QueueProperties } from '../template/resources/storage.ts';
import { callJson } from './json-client.ts';

/** Creates the queues of a stack, those that others redrive to first. */
export async function createQueues(stack: Stack, sqsEndpoint: string): Promise<void> {
  const queues = stack.resourcesOf('AWS::SQS::Queue', QueueProperties);
  const fifo = queues.find(({ properties }) => properties.FifoQueue === true);
  if (fifo !== undefined) throw new Error(`${fifo.label}: FIFO queues are not run locally`);
  const create = async ({ attributes, properties }: (typeof queues)[number]) => {
    const { RedrivePolicy } = properties;
    const wanted = {
      VisibilityTimeout: properties.VisibilityTimeout,
      MessageRetentionPeriod: properties.MessageRetentionPeriod,
      DelaySeconds: properties.DelaySeconds,
      ReceiveMessageWaitTimeSeconds: properties.ReceiveMessageWaitTimeSeconds,
      RedrivePolicy: RedrivePolicy && JSON.stringify(RedrivePolicy),
    };
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
    const input = {
      QueueName: attributes.QueueName,
      Attributes: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    };
    await callJson({ endpoint: sqsEndpoint, target: 'AmazonSQS.CreateQueue', input });
  };
  await Promise.all(queues.filter(({ properties }) => properties.RedrivePolicy === undefined).map(create));
  await Promise.all(queues.filter(({ properties }) => properties.RedrivePolicy !== undefined).map(create));
}

/** Creates the buckets of a stack; those that are there from an earlier run are left alone. */
export async function createBuckets(stack: Stack, client: S3Client): Promise<void> {
  const { BucketAlreadyExists, BucketAlreadyOwnedByYou, CreateBucketCommand } = await import('@aws-sdk/client-s3');
  const buckets = stack.resourcesOf('AWS::S3::Bucket', BucketProperties);
  await Promise.all(
    buckets.map(async ({ ref }) => {
      try {
        await client.send(new CreateBucketCommand({ Bucket: ref }));
      } catch (error) {
        if (!(error instanceof BucketAlreadyOwnedByYou || error instanceof BucketAlreadyExists)) throw error;
      }
    }),
  );
}
