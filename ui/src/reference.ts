import type { Trouble } from './contract.ts';
import { within } from './words.ts';

/** What names a refused attempt to an administrator, as Microsoft's own pages label it. */
export function ids({ trace_id, correlation_id }: Pick<Trouble, 'trace_id' | 'correlation_id'>): string[] {
  const named = { 'Correlation ID': correlation_id, 'Trace ID': trace_id };
  return Object.entries(named).flatMap(([name, id]) => (id ? [`${name}: ${within(id, 80)}`] : []));
}
