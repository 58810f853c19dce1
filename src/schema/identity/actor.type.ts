import { enumType, field, objectType } from '../kernel/decorators.js'

export const ActorKind = enumType('ActorKind', 'Kinds of those who act.', {
  USER: 'A user.',
  API_KEY: 'A service, by its key.',
  AGENT: 'An agent of a deployment.',
  SYSTEM: 'Stackgate itself, or a connected system without a key of its own.',
  ANONYMOUS: 'A caller without a token.',
})
export type ActorKind = keyof typeof ActorKind

/** Who acted. Resolvers add `label`, `user` and `apiKey`. */
@objectType('Who acted: a user, a service, an agent, or Stackgate itself.')
export class Actor {
  @field('What acted.', () => ActorKind)
  kind!: ActorKind

  /** What the database stores: an ID, or the name of a system. */
  principal!: string
}
