import { useEffect, useState } from 'react';

/** Epoch ms, told anew each second while something goes on, else each minute. */
export function useNow(goesOn: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), goesOn ? 1000 : 60_000);
    return () => clearInterval(timer);
  }, [goesOn]);
  return now;
}
