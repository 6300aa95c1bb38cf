export type ApiErrorCode =
  | 'ValidationException'
  | 'ResourceNotFoundException'
  | 'AccessDeniedException'
  | 'ActiveSessionsExceededException'
  | 'ActiveStatementsExceededException'
  | 'ExecuteStatementException'
  | 'QueryTimeoutException'
  | 'InternalServerException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException'
  | 'SerializationException';

const STATUS: Readonly<Record<ApiErrorCode, number>> = {
  ValidationException: 400,
  ResourceNotFoundException: 400,
  AccessDeniedException: 400,
  ActiveSessionsExceededException: 400,
  ActiveStatementsExceededException: 400,
  ExecuteStatementException: 500,
  QueryTimeoutException: 400,
  InternalServerException: 500,
  UnknownOperationException: 400,
  UnrecognizedClientException: 400,
  SerializationException: 400,
};

/** An error of the Data API itself, as its service model names it; `details` are further members of its shape. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly details: Readonly<Record<string, string>>;

  constructor(code: ApiErrorCode, message: string, details: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.details = details;
  }

  get httpStatus(): number {
    return STATUS[this.code];
  }
}

export const validation = (message: string): ApiError => new ApiError('ValidationException', message);

export const resourceNotFound = (message: string, resourceId: string): ApiError =>
  new ApiError('ResourceNotFoundException', message, { ResourceId: resourceId });

export const activeStatementsExceeded = (): ApiError =>
  new ApiError('ActiveStatementsExceededException', 'Active statements exceeded the allowed quota.');

export const activeSessionsExceeded = (): ApiError =>
  new ApiError('ActiveSessionsExceededException', 'Active sessions exceeded the allowed quota.');

export const accessDenied = (arn: string, operation: string): ApiError =>
  new ApiError(
    'AccessDeniedException',
    `User: ${arn} is not authorized to perform: redshift-data:${operation} because no identity-based policy allows the redshift-data:${operation} action`,
  );
