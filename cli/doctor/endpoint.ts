import type { Connection } from '../config/connection.ts';
import type { Io } from '../io.ts';
import { timeOf } from '../render/amounts.ts';
import { type Finding, messageOf } from './finding.ts';

const timeout = 10_000;
/** Seconds that this clock may be off: URLs to S3 live for minutes, and AWS refuses signatures that are 5 minutes off. */
const noticed = 30;
const tooMuch = 300;

/** Whether the API answers at an address, and whether its clock is ours. */
export async function checkEndpoint(
  io: Io,
  url: NonNullable<Connection['url']>,
): Promise<{ findings: Finding[]; reached: boolean }> {
  const what = 'address';
  const place = `${url.text} (${url.from})`;
  const health = `${url.text.replace(/\/+$/, '')}/health`;
  const asked = io.now();
  let response: Response;
  let body: Record<string, unknown>;
  try {
    response = await io.fetch(health, { signal: AbortSignal.any([io.signal, AbortSignal.timeout(timeout)]) });
    body = objectOf(await response.text());
  } catch (error) {
    io.signal.throwIfAborted();
    const mend = 'Check the address, the network, and HTTPS_PROXY if there is one.';
    return {
      findings: [{ state: 'wrong', what, found: `${place} does not answer: ${messageOf(error)}`, mend }],
      reached: false,
    };
  }
  const { status, version, time } = body;
  if (!response.ok || status !== 'ok' || typeof time !== 'string') {
    const mend =
      'Give the address of the API with its stage, as https://abc.execute-api.eu-central-1.amazonaws.com/v1.';
    return {
      findings: [
        { state: 'wrong', what, found: `${place} is no Spectra Bulk: ${health} answered ${response.status}`, mend },
      ],
      reached: false,
    };
  }
  const found: Finding = { state: 'ok', what, found: `${place}, version ${String(version)}` };
  // The answer was made somewhere between the question and now.
  const skew = (asked + io.now()) / 2 - Date.parse(time);
  return { findings: [found, clockFinding(skew / 1000)], reached: true };
}

function clockFinding(seconds: number): Finding {
  const what = 'clock';
  const off = `${timeOf(Math.abs(seconds))} ${seconds > 0 ? 'ahead of' : 'behind'} the service`;
  if (Math.abs(seconds) <= noticed) return { state: 'ok', what, found: 'as that of the service' };
  const mend = 'Set it by the network: `timedatectl set-ntp true`, or the date settings of the system.';
  return { state: Math.abs(seconds) > tooMuch ? 'wrong' : 'note', what, found: off, mend };
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
