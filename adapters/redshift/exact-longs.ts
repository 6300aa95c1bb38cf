import type { GetStatementResultCommand } from '@aws-sdk/client-redshift-data';

/** No text of the result can look like this: within one, quotes are escaped. */
const LONG = /"longValue":\s*(-?\d{16,})/g;

/**
 * Lets whole numbers beyond 2^53 through as text: the SDK reads a long as a number, which rounds them. They arrive as a string in
 * `longValue`, whatever its type says.
 */
export function withExactLongs(command: GetStatementResultCommand): GetStatementResultCommand {
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (!isAnswer(response)) return result;
      const text = await textOf(response.body);
      return { ...result, response: Object.assign(response, { body: exactly(text) }) };
    },
    // Next to the wire: before the SDK reads the body.
    { step: 'deserialize', name: 'exactLongs', priority: 'low' },
  );
  return command;
}

const exactly = (text: string): Buffer => Buffer.from(text.replace(LONG, '"longValue":"$1"'));

const isAnswer = (response: unknown): response is { body: AsyncIterable<Uint8Array> } =>
  typeof response === 'object' &&
  response !== null &&
  'body' in response &&
  typeof response.body === 'object' &&
  response.body !== null &&
  Symbol.asyncIterator in response.body;

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
