import type { Party } from '../domain';
import type { Proposal } from '../detection/detector';

const nameOf = (party: Party): string => (party.job === null ? (party.system ?? '?') : `#${party.job}`);

export const partiesKey = (parties: readonly Party[]): string => parties.map(nameOf).sort().join(',');

/** Kind, variant, parties, resource name: what makes two findings the same thing again. */
export const fingerprintOf = (kind: string, proposal: Proposal): string =>
  [
    kind,
    proposal.variant ?? '',
    partiesKey(proposal.victims),
    partiesKey(proposal.actors),
    proposal.resource.type,
    proposal.resource.name,
  ].join('|');
