/** Codes of Redshift's load error reference. */
export const CODES = {
  extraColumns: 1202,
  outOfRange: 1204,
  date: 1205,
  timestamp: 1206,
  digit: 1207,
  float: 1208,
  decimal: 1209,
  boolean: 1210,
  missing: 1213,
  delimiter: 1214,
  char: 1215,
  line: 1216,
  utf8: 1220,
  overflow: 1222,
  dataType: 1223,
  super: 1224,
} as const;

/** A row that is not loaded, and why. */
export interface Rejected {
  /** 1-based: records of a delimited file, its header included; for JSON the line on which the object ends. */
  readonly line: number;
  /** Index among the loaded columns; undefined when no column is to blame. */
  readonly column: number | undefined;
  /** Of the fault within the value. */
  readonly position: number;
  readonly code: number;
  readonly reason: string;
  readonly rawLine: string;
  readonly rawValue: string;
}

/** What turns a file into rows that the engine's reader takes without fail: CSV, one line feed after each row. */
export interface RecordReader {
  /** Rows that cannot be taken, in their order, one more than allowed at most. */
  readonly rejected: readonly Rejected[];
  /** Whether reading on is of no use: too much was rejected. */
  readonly isFull: boolean;
  /** Takes the next bytes of the file and returns what is ready. */
  push(chunk: Buffer): Buffer;
  /** The file is over. */
  end(): Buffer;
}

/** Redshift's limit of a row and of a JSON object. */
export const MAX_RECORD_BYTES = 4 * 1024 * 1024;
