import { createHash, randomUUID } from 'node:crypto';
import { SqsError } from './sqs-error.ts';

export interface Message {
  id: string;
  body: string;
  attributes: Record<string, unknown>;
  sentAt: number;
  /** epoch ms before which nobody receives it: delayed, or in somebody's hands */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** of the last receive; an older one no longer deletes */
  receiptHandle: string | undefined;
}

const DEFAULTS = {
  VisibilityTimeout: '30',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
} as const;

/** A standard queue in memory, in order of arrival. Times by the given clock, in epoch ms. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  private readonly attributes: Map<string, string>;
  private readonly now: () => number;
  private readonly createdAt: number;
  private readonly messages = new Map<string, Message>();
  private readonly arrivals = new Set<() => void>();

  constructor(name: string, arn: string, attributes: Record<string, string>, now: () => number) {
    this.name = name;
    this.arn = arn;
    this.attributes = new Map(Object.entries({ ...DEFAULTS, ...attributes }));
    this.now = now;
    this.createdAt = now();
  }

  send(body: string, attributes: Record<string, unknown>, delaySeconds: number | undefined): Message {
    const bytes = Buffer.byteLength(body);
    if (bytes > this.number('MaximumMessageSize'))
      throw new SqsError('InvalidParameterValue', `The message is ${bytes} bytes, more than MaximumMessageSize.`);
    const sentAt = this.now();
    return this.enqueue({
      id: randomUUID(),
      body,
      attributes,
      sentAt,
      visibleAt: sentAt + (delaySeconds ?? this.number('DelaySeconds')) * 1000,
      receiveCount: 0,
      firstReceivedAt: undefined,
      receiptHandle: undefined,
    });
  }

  enqueue(message: Message): Message {
    this.messages.set(message.id, message);
    for (const wake of this.arrivals) wake();
    return message;
  }

  /** Hands out up to `max` visible messages; those received too often go to `deadLetters` instead. */
  receive(
    max: number,
    visibilitySeconds: number | undefined,
    deadLetters: (arn: string) => Queue | undefined,
  ): Message[] {
    this.expire();
    const now = this.now();
    const redrive = this.redrivePolicy();
    const received: Message[] = [];
    for (const message of this.messages.values()) {
      if (received.length === max) break;
      if (message.visibleAt > now) continue;
      const target = redrive && message.receiveCount >= redrive.maxReceiveCount ? deadLetters(redrive.arn) : undefined;
      if (target) {
        this.messages.delete(message.id);
        target.enqueue({ ...message, visibleAt: now, receiptHandle: undefined });
        continue;
      }
      message.visibleAt = now + (visibilitySeconds ?? this.number('VisibilityTimeout')) * 1000;
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.receiptHandle = `${message.id}:${randomUUID()}`;
      received.push(message);
    }
    return received;
  }

  /** Milliseconds until a message that is hidden now becomes visible; undefined when there is none. */
  nextVisibleIn(): number | undefined {
    const times = [...this.messages.values()].map(({ visibleAt }) => visibleAt);
    return times.length === 0 ? undefined : Math.max(Math.min(...times) - this.now(), 0);
  }

  /** Calls `wake` at each arrival until the returned function is called. */
  onArrival(wake: () => void): () => void {
    this.arrivals.add(wake);
    return () => this.arrivals.delete(wake);
  }

  /** A handle that is no longer the last one deletes nothing, and says nothing, as in SQS. */
  delete(receiptHandle: string): void {
    const message = this.held(receiptHandle);
    if (message) this.messages.delete(message.id);
  }

  changeVisibility(receiptHandle: string, seconds: number): void {
    const message = this.held(receiptHandle);
    if (!message) throw new SqsError('ReceiptHandleIsInvalid', 'The receipt handle is not valid for this queue.');
    message.visibleAt = this.now() + seconds * 1000;
    for (const wake of this.arrivals) wake();
  }

  purge(): void {
    this.messages.clear();
  }

  setAttributes(attributes: Record<string, string>): void {
    for (const [name, value] of Object.entries(attributes)) this.attributes.set(name, value);
  }

  allAttributes(): Record<string, string> {
    this.expire();
    const now = this.now();
    const all = [...this.messages.values()];
    const hidden = all.filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receiptHandle }) => receiptHandle !== undefined);
    return {
      ...Object.fromEntries(this.attributes),
      QueueArn: this.arn,
      CreatedTimestamp: String(Math.floor(this.createdAt / 1000)),
      ApproximateNumberOfMessages: String(all.length - hidden.length),
      ApproximateNumberOfMessagesNotVisible: String(inFlight.length),
      ApproximateNumberOfMessagesDelayed: String(hidden.length - inFlight.length),
    };
  }

  waitSeconds(): number {
    return this.number('ReceiveMessageWaitTimeSeconds');
  }

  private held(receiptHandle: string): Message | undefined {
    const message = this.messages.get(receiptHandle.split(':')[0] ?? '');
    return message?.receiptHandle === receiptHandle ? message : undefined;
  }

  private expire(): void {
    const oldest = this.now() - this.number('MessageRetentionPeriod') * 1000;
    for (const message of this.messages.values()) if (message.sentAt < oldest) this.messages.delete(message.id);
  }

  private number(name: keyof typeof DEFAULTS): number {
    return Number(this.attributes.get(name) ?? DEFAULTS[name]);
  }

  private redrivePolicy(): { arn: string; maxReceiveCount: number } | undefined {
    const text = this.attributes.get('RedrivePolicy');
    if (!text) return undefined;
    const policy = JSON.parse(text) as { deadLetterTargetArn: string; maxReceiveCount: number | string };
    return { arn: policy.deadLetterTargetArn, maxReceiveCount: Number(policy.maxReceiveCount) };
  }
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
