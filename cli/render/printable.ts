/** Text from outside, with nothing in it that moves a cursor or hides what is there. */
export const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    character === '\t' ? ' ' : character === '\n' ? '⏎' : '\u{fffd}',
  );
