/** Where the local AWS pretends to be. */
export const account = '000000000000';
export const region = 'us-east-1';
