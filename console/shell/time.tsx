import { local, relative } from './when.ts';

/** A moment: how long ago, and exactly for who points at it. */
export function Ago({ at, now }: { at: string; now: number }) {
  return (
    <time dateTime={at} title={local(at)}>
      {relative(at, now)}
    </time>
  );
}

/** A moment, exactly. */
export function At({ at }: { at: string }) {
  return <time dateTime={at}>{local(at)}</time>;
}
