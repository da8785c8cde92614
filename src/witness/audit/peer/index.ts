export { createPeers, type Peers } from './peers';
export type { Peer, PeersState } from './peer';
