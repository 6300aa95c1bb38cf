/** A stretch of produced SQL; `source` is the offset in the original text that it stands for. */
export interface Piece {
  readonly text: string;
  readonly source: number;
}

/** SQL for DuckDB that remembers which part of the original each of its characters came from. */
export interface TranslatedSql {
  readonly sql: string;
  /** Offset in the original for an offset in `sql`. */
  sourceOffset(offset: number): number;
}

export function joinPieces(pieces: readonly Piece[]): TranslatedSql {
  const starts: number[] = [];
  let sql = '';
  for (const piece of pieces) {
    const glue = sql === '' || /^[,).;[\]]|^::/.test(piece.text) || /[(.[]$|::$/.test(sql) ? '' : ' ';
    starts.push(sql.length + glue.length);
    sql += glue + piece.text;
  }
  return {
    sql,
    sourceOffset(offset) {
      const after = starts.findIndex((start) => start > offset);
      return pieces[(after < 0 ? pieces.length : after) - 1]?.source ?? 0;
    },
  };
}
