/** Calls on one job that need no body: the method, and what follows the job's path. */
export const callsOnJob = [
  ['GET', ''],
  ['GET', '/results'],
  ['GET', '/files/1'],
  ['GET', '/runs'],
  ['GET', '/logs'],
  ['POST', '/abort'],
  ['POST', '/retry'],
  ['DELETE', ''],
] as const;
