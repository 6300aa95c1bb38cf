import type { ValueOptions } from './copy-command.ts';
import { CODES } from './rejected.ts';
import type { TargetColumn } from './target.ts';

/** What is wrong with the text of a field. */
export interface ValueFault {
  readonly position: number;
  readonly code: number;
  readonly reason: string;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  int2: 'Short',
  int4: 'Integer',
  int8: 'Long',
  numeric: 'Decimal',
  float4: 'Float',
  float8: 'Double',
};

const fault = (code: number, reason: string, position = 0): ValueFault => ({ position, code, reason });

function badNumber(text: string, type: string, accepted: RegExp, otherwise: ValueFault): ValueFault {
  const good = accepted.exec(text)?.[0].length ?? 0;
  if (good === text.length && /\d/.test(text)) return otherwise;
  const at = Math.min(good, text.length - 1);
  return fault(
    CODES.digit,
    `Invalid digit, Value '${text.charAt(at)}', Pos ${at}, Type: ${TYPE_WORDS[type] ?? type} `.trimEnd(),
    at,
  );
}

function badTime(options: ValueOptions): ValueFault {
  const { timeFormat } = options;
  const shown = timeFormat.kind === 'pattern' ? timeFormat.shown : 'YYYY-MM-DD HH24:MI:SS';
  return fault(CODES.timestamp, `Invalid timestamp format or value [${shown}]`);
}

function badDate(text: string, { dateFormat }: ValueOptions): ValueFault {
  if (dateFormat.kind === 'iso' && text.length < 10)
    return fault(CODES.date, 'Invalid Date Format - length must be 10 or more');
  const shown = dateFormat.kind === 'pattern' ? dateFormat.shown : 'YYYY-MM-DD';
  return fault(CODES.date, `Invalid Date Format or value [${shown}]`);
}

/** Says as Redshift does why a text is no value of a column. */
export function valueFault({ type, text: declared }: TargetColumn, field: string, options: ValueOptions): ValueFault {
  const text = field.trim();
  switch (type.name) {
    case 'varchar':
      return declared.type === 'char' && Buffer.byteLength(field) !== field.length
        ? fault(CODES.char, 'Multibyte character not supported for CHAR (Hint: try using VARCHAR)')
        : fault(CODES.outOfRange, 'String length exceeds DDL length');
    case 'int2':
    case 'int4':
    case 'int8': {
      const overflow = fault(CODES.overflow, `Overflow for ${TYPE_WORDS[type.name] ?? ''}: value out of range`);
      return badNumber(text, type.name, /^[+-]?\d*/, overflow);
    }
    case 'numeric': {
      const overflow = fault(
        CODES.outOfRange,
        `Numeric Overflow. Column precision ${type.precision}, scale ${type.scale}`,
      );
      return badNumber(text, type.name, /^[+-]?\d*\.?\d*(?:[eE][+-]?\d+)?/, overflow);
    }
    case 'float4':
    case 'float8':
      return badNumber(text, type.name, /^[+-]?\d*\.?\d*(?:[eE][+-]?\d+)?/, fault(CODES.float, 'Float overflow'));
    case 'bool':
      return fault(CODES.boolean, 'Unknown boolean format');
    case 'date':
      return badDate(text, options);
    case 'timestamp':
    case 'timestamptz':
      return badTime(options);
    case 'super':
      return fault(CODES.super, 'Input data is not a well-formed JSON for the SUPER data type');
    default:
      return fault(CODES.dataType, `Invalid value for type ${type.name}`);
  }
}

export const MISSING: ValueFault = fault(CODES.missing, 'Missing data for not-null field');
