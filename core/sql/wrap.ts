/** Set around a query with LIMIT or TOP, which UNLOAD refuses at the outside. On lines of their own: no comment reaches them. */
export const WRAP_BEFORE = 'SELECT * FROM (\n';
export const WRAP_AFTER = '\n) AS q';
