import { newEnforcer, newModelFromString, type Adapter, type Enforcer, type Model } from 'casbin'
import type { PolicyRule } from './default-policies.js'

const MODEL = `
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.sub == p.sub && r.act == p.act && (r.obj == p.obj || keyMatch2(r.obj, p.obj))
`

/** What may be done, by rules that do not change: others make another enforcer. */
export interface PolicyEnforcer {
  /** Whether a role may do `action` with `object`. */
  allows(subject: string, object: string, action: string): boolean
}

/** Makes an enforcer of rules. It is never loaded anew in place, where it would know nothing for a moment and refuse everybody. */
export async function createPolicyEnforcer(rules: readonly PolicyRule[]): Promise<PolicyEnforcer> {
  const enforcer: Enforcer = await newEnforcer(newModelFromString(MODEL), adapterOver(rules))
  // Roles and objects of the house are few; paths of strangers are asked by their pattern.
  const known = new Map<string, boolean>()
  return {
    allows(subject, object, action) {
      const question = `${subject}\n${object}\n${action}`
      let answer = known.get(question)
      if (answer === undefined) {
        answer = enforcer.enforceSync(subject, object, action)
        if (known.size < MAX_KNOWN) known.set(question, answer)
      }
      return answer
    },
  }
}

const MAX_KNOWN = 5_000

/** `*` is one part of a path, in the library's words `:part`; the rules are handed in, as rows of the database. */
const adapterOver = (rules: readonly PolicyRule[]): Adapter => ({
  loadPolicy: (model: Model) => {
    for (const [subject, object, action] of rules)
      model.addPolicy('p', 'p', [subject, object.replaceAll('*', ':part'), action])
    return Promise.resolve()
  },
  savePolicy: () => Promise.resolve(false),
  addPolicy: () => Promise.reject(new Error('policies are read-only here: edit them in the database')),
  removePolicy: () => Promise.reject(new Error('policies are read-only here: edit them in the database')),
  removeFilteredPolicy: () => Promise.reject(new Error('policies are read-only here: edit them in the database')),
})
