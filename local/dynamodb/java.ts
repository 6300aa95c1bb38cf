import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const OLDEST = 17;
const TIMEOUT_MS = 20_000;
const INSTALL =
  'install it with `sudo apt install openjdk-17-jre-headless` (Debian, Ubuntu), `brew install openjdk@17` (macOS) or `winget install EclipseAdoptium.Temurin.17.JRE` (Windows)';

export interface Java {
  command: string;
  /** feature release, such as 17 */
  version: number;
}

/**
 * Finds the Java that DynamoDB Local runs on: `$JAVA_HOME/bin/java`, else `java` on the PATH.
 * @throws Error of one sentence, with the fix, when it is missing or older than 17
 */
export async function checkJava(env: NodeJS.ProcessEnv = process.env): Promise<Java> {
  const command = env.JAVA_HOME ? `${env.JAVA_HOME}/bin/java` : 'java';
  let output: string;
  try {
    const { stdout, stderr } = await promisify(execFile)(command, ['-version'], { env, timeout: TIMEOUT_MS });
    output = stderr + stdout;
  } catch (error) {
    throw new Error(`DynamoDB Local needs Java ${OLDEST} or newer and \`${command}\` does not run: ${INSTALL}.`, {
      cause: error,
    });
  }
  const version = parseJavaVersion(output);
  if (version === undefined || version < OLDEST)
    throw new Error(
      `DynamoDB Local needs Java ${OLDEST} or newer and \`${command}\` is ${version ?? 'of unknown version'}: ${INSTALL}.`,
    );
  return { command, version };
}

/** Feature release in the output of `java -version`: `1.8.0_392` is 8, `17.0.15` is 17, `25-ea` is 25. */
export function parseJavaVersion(output: string): number | undefined {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}
