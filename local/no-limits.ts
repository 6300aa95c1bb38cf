/** Settings under which no rate and no quota is met: for tests and benches that are about something else. */
export const noLimits: Readonly<Record<string, string>> = {
  SPECTRA_API_REQUESTS_PER_SECOND: '10000',
  SPECTRA_API_REQUEST_BURST: '5000',
  SPECTRA_TENANT_REQUESTS_PER_SECOND: '10000',
  SPECTRA_TENANT_REQUEST_BURST: '20000',
  SPECTRA_TENANT_JOBS_PER_DAY: '1000000',
  SPECTRA_TENANT_MAX_WAITING_JOBS: '100000',
};
