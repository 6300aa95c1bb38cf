/** What large files are made of, again and again. */
export const flights = 'node_modules/vega-datasets/data/flights-3m.parquet';
export const flightsOnce = 3_000_000;
