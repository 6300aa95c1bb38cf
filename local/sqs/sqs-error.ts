/** An error as the SQS JSON protocol names it; `queryCode` is what older clients call it. */
export class SqsError extends Error {
  readonly code: string;
  readonly queryCode: string;

  constructor(code: string, message: string, queryCode: string = code) {
    super(message);
    this.code = code;
    this.queryCode = queryCode;
  }
}
