/** Starts a command tied to itself, prints its pid and waits to be ended: `node parent.fixture.ts <command> [args...]`. */
import { spawnTied } from '../../../local/processes/child-process.ts';

const [command = '', ...args] = process.argv.slice(2);
const child = await spawnTied({ command, args });
process.on('message', () => process.exit(0));
process.send?.({ pid: child.pid });
