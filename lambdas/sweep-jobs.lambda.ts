import { sweep } from '../core/use-cases/sweep.ts';
import { composeSweepJobs } from './shared/compose.ts';

const deps = composeSweepJobs();

export const handler = (): Promise<void> => sweep(deps);
