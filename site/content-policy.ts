/** The pages run nothing, ask for nothing and are in no frame: whoever reads them beside the console is as safe as without. */
export const sitePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
