import type { IdentityContext } from '#services/identity/model/caller.js'
import { requireSignedIn } from '#services/identity/model/guard.js'
import type { InputIssue } from '#services/kernel/denials/denial.js'
import { definitionIssues } from '../model/content-input.js'
import type { PartsInput } from '../templates/parameters/parameter-input.js'

/** Issues of a compose file while it is written. Nothing is read or stored. */
export function templateDefinitionIssues(
  context: IdentityContext,
  definition: unknown,
  isWarned: boolean,
  parts: PartsInput,
): InputIssue[] {
  requireSignedIn(context)
  return definitionIssues(definition, isWarned, parts)
}
