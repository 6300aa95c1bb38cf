import type { ApiAnswer } from '../lambda/invoke-api.ts';

/** A call of CloudWatch as it came: JSON and form bodies as text, CBOR in base64. */
export interface MetricsCall {
  caller: string;
  operation: string;
  body: string;
}

/** Takes what is sent to CloudWatch and keeps the last 1,000 calls. */
export interface MetricsStore {
  accept: (call: MetricsCall, contentType: string) => ApiAnswer;
  recent: () => readonly MetricsCall[];
}

/** An empty store. */
export function createMetricsStore(): MetricsStore {
  const calls: MetricsCall[] = [];
  return {
    recent: () => calls,
    accept: (call, contentType) => {
      calls.push(call);
      if (calls.length > 1000) calls.shift();
      // An empty map, in the encoding of the request.
      if (contentType.includes('cbor')) {
        return {
          status: 200,
          headers: { 'content-type': contentType, 'smithy-protocol': 'rpc-v2-cbor' },
          body: '\u00a0',
        };
      }
      if (contentType.includes('json')) return { status: 200, headers: { 'content-type': contentType }, body: '{}' };
      const body = '<PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"/>';
      return { status: 200, headers: { 'content-type': 'text/xml' }, body };
    },
  };
}
