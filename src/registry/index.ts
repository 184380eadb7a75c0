export { askRegistry } from './ask-registry.ts'
export type { AskOptions, ImageAnswer } from './ask-registry.ts'
export { findCredential, parseDockerConfig } from './docker-config.ts'
export type { Credential, DockerConfig } from './docker-config.ts'
