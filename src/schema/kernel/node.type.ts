import { ID } from 'type-graphql'
import { field, interfaceType } from './decorators.js'
import { OBJECT_ID } from './descriptions.js'

/** Anything with an id of its own. Imports nothing that implements it: interfaces are read while files load. */
@interfaceType('An object that can be loaded by its ID with `node(id:)`.')
export abstract class Node {
  @field(OBJECT_ID, () => ID)
  id!: string
}
