import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { eventually, startFixture, type Fixture } from '../fixtures/start-fixture.ts';

describe('event sources of the template', () => {
  let fixture: Fixture;
  let events: EventBridgeClient;
  beforeAll(async () => {
    fixture = await startFixture();
    events = new EventBridgeClient(fixture.config);
  });
  afterAll(async () => {
    events.destroy();
    await fixture.stop();
  });
  let sequence = 0;
  const unique = (name: string) => `${name}-${(sequence += 1)}`;
  const ended = (id: string, detail: object = {}) => ({
    Source: 'fixture',
    DetailType: 'Ended',
    Detail: JSON.stringify({ id, state: 'FINISHED', ...detail }),
  });
  const put = async (...Entries: ReturnType<typeof ended>[]) => await events.send(new PutEventsCommand({ Entries }));
  const eventsSeen = async (id: string) =>
    (await fixture.callsOf('on-event')).filter(({ value }) => JSON.stringify(value).includes(`"${id}"`));
  const changed = async (id: string) => (await fixture.callsOf('changed')).filter((call) => call.id === id);

  describe('a DynamoDB stream', () => {
    it('calls the function with a new item that passes the filter, and with no other', async () => {
      const [other, wanted] = [unique('other'), unique('wanted')];
      await fixture.put({ pk: { S: 'A' }, sk: { S: other }, type: { S: 'request' } });
      await fixture.put({ pk: { S: 'A' }, sk: { S: wanted }, type: { S: 'job' } });
      await eventually(
        () => changed(wanted),
        (calls) => calls.length > 0,
      );
      expect(await changed(other)).toEqual([]);
      const record = fixture.local.stream('on-change').recent().at(-1);
      expect(record).toMatchObject({
        eventName: 'INSERT',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:000000000000:table\//) as string,
        dynamodb: { NewImage: { type: { S: 'job' } }, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      });
    });

    it('marks what the time to live removed, so that a filter on the service sees it', async () => {
      const id = unique('expired');
      await fixture.put({
        pk: { S: 'A' },
        sk: { S: id },
        type: { S: 'x' },
        ttl: { N: String(Math.floor(Date.now() / 1000) - 10) },
      });
      expect(await fixture.local.expireItems()).toBe(1);
      await eventually(
        () => changed(id),
        (calls) => calls.length > 0,
      );
      expect(fixture.local.stream('on-change').recent().at(-1)).toMatchObject({
        eventName: 'REMOVE',
        userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
      });
    });

    it('gives a record up after the retries of the template, tells the queue where it is, and goes on with the next', async () => {
      const [bad, good] = [unique('bad'), unique('good')];
      await fixture.failFor(bad);
      await fixture.put({ pk: { S: 'A' }, sk: { S: bad }, type: { S: 'job' } });
      await fixture.put({ pk: { S: 'A' }, sk: { S: good }, type: { S: 'job' } });
      const { body } = await fixture.receive(fixture.local.outputs.DeadLettersUrl ?? '');
      expect(body).toMatchObject({
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
        DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: expect.any(String) as string },
      });
      await eventually(
        () => changed(good),
        (calls) => calls.length > 0,
      );
      expect(await changed(bad)).toEqual([]);
    });

    it('waits while it is paused, and delivers again on demand', async () => {
      const id = unique('paused');
      const stream = fixture.local.stream('on-change');
      await stream.pause();
      fixture.local.functions.reset();
      await fixture.put({ pk: { S: 'A' }, sk: { S: id }, type: { S: 'job' } });
      const marker = unique('marker');
      await put(ended(marker));
      await eventually(
        () => eventsSeen(marker),
        (calls) => calls.length > 0,
      );
      expect(fixture.local.functions.counters()['on-change']?.invocations).toBe(0);
      stream.resume();
      await eventually(
        () => changed(id),
        (calls) => calls.length > 0,
      );
      const before = fixture.local.functions.counters()['on-change']?.invocations ?? 0;
      expect(await stream.redeliver((record) => record.dynamodb?.Keys?.sk?.S === id)).toBe(1);
      expect(fixture.local.functions.counters()['on-change']?.invocations).toBe(before + 1);
    });
  });

  describe('an EventBridge rule', () => {
    it('hands the whole event to the function', async () => {
      const id = unique('event');
      const { Entries } = await put(ended(id));
      const [call] = await eventually(
        () => eventsSeen(id),
        (calls) => calls.length > 0,
      );
      expect(call?.value).toMatchObject({
        version: '0',
        id: Entries?.[0]?.EventId,
        source: 'fixture',
        'detail-type': 'Ended',
        account: '000000000000',
        region: 'us-east-1',
        resources: [],
        detail: { id, state: 'FINISHED' },
      });
    });

    it('leaves out what does not match its pattern', async () => {
      const [started, marker] = [unique('started'), unique('marker')];
      await put(ended(started, { state: 'STARTED' }), ended(marker));
      await eventually(
        () => eventsSeen(marker),
        (calls) => calls.length > 0,
      );
      expect(await eventsSeen(started)).toEqual([]);
    });

    it('feeds a queue whose function gets the message', async () => {
      const id = unique('queued');
      await put(ended(id));
      const calls = await eventually(
        async () => (await fixture.callsOf('on-message')).filter(({ value }) => JSON.stringify(value).includes(id)),
        (found) => found.length > 0,
      );
      expect(calls[0]?.value).toMatchObject({ eventSource: 'aws:sqs', attributes: { ApproximateReceiveCount: '1' } });
    });

    it('tries again as often as the template says, then leaves the event in the dead-letter queue', async () => {
      const id = unique('failing');
      await put(ended(id, { fail: true }));
      await fixture.local.events.settled();
      expect(await eventsSeen(id)).toHaveLength(2);
      const { body, attributes } = await fixture.receive(fixture.local.outputs.DeadLettersUrl ?? '');
      expect(body).toMatchObject({ detail: { id } });
      expect(attributes).toMatchObject({ ErrorMessage: { StringValue: 'failed as asked' } });
    });

    it('loses, doubles and holds back events when a test orders it', async () => {
      const [dropped, doubled, held] = [unique('dropped'), unique('doubled'), unique('held')];
      const of = (id: string) => ({ detail: { id: [id] } });
      fixture.local.events.dropEvents(1, of(dropped));
      fixture.local.events.duplicateEvents(1, of(doubled));
      fixture.local.events.holdEvents(1, of(held));
      await put(ended(dropped), ended(doubled), ended(held));
      await fixture.local.events.settled();
      expect([(await eventsSeen(dropped)).length, (await eventsSeen(doubled)).length]).toEqual([0, 2]);
      expect(await eventsSeen(held)).toEqual([]);
      fixture.local.events.releaseEvents();
      await fixture.local.events.settled();
      expect(await eventsSeen(held)).toHaveLength(1);
      const fates = fixture.local.events
        .recent()
        .slice(-3)
        .map(({ fate }) => fate);
      expect(fates).toEqual(['dropped', 'duplicated', 'held']);
    });
  });

  it('refuses events that only AWS may publish, and details that are no objects', async () => {
    const { FailedEntryCount, Entries } = await events.send(
      new PutEventsCommand({
        Entries: [
          { Source: 'aws.redshift-data', DetailType: 'x', Detail: '{}' },
          { Source: 'fixture', DetailType: 'x', Detail: 'no json' },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(2);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(['NotAuthorizedForSourceException', 'MalformedDetail']);
  });

  it('runs a schedule on demand with the input of its target', async () => {
    fixture.local.schedules.run('every-minute');
    const calls = await eventually(
      () => fixture.callsOf('on-schedule'),
      (found) => found.length > 0,
    );
    expect(calls[0]?.value).toEqual({ reason: 'schedule' });
    expect(() => fixture.local.schedules.run('never')).toThrow(/every-minute/);
  });

  it('delivers only the failed message of a batch again', async () => {
    const [bad, good] = [unique('bad-message'), unique('good-message')];
    await fixture.failFor(bad);
    for (const MessageBody of [bad, good]) {
      await fixture.sqs.send(new SendMessageCommand({ QueueUrl: fixture.local.outputs.WorkUrl, MessageBody }));
    }
    const seen = async (body: string) =>
      (await fixture.callsOf('on-message')).filter(({ value }) => (value as { body: string }).body === body);
    await eventually(
      () => seen(bad),
      (calls) => calls.length > 1,
    );
    expect(await seen(good)).toHaveLength(1);
  });
});
