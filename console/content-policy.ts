/** What the page may load and where it may call; docs/adr/0054-the-console.md says why. */
const directives = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  // Any deployment and its S3, and those of this machine: the embedded AWS has no https.
  'connect-src': ["'self'", 'https:', 'http://localhost:*', 'http://127.0.0.1:*'],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
};

/** For a <meta> element. */
export const contentPolicy: string = Object.entries(directives)
  .map(([name, sources]) => [name, ...sources].join(' '))
  .join('; ');

/** For a header, which can say more: no page shows this one in a frame. */
export const contentPolicyHeader = `${contentPolicy}; frame-ancestors 'none'`;
