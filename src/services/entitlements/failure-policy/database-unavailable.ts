import { AppError } from '../../kernel/errors/app-error.js'

/** Decision while the database is unavailable: denied or allowed, per feature of the catalog. */
export type FailurePolicy = 'CLOSED' | 'OPEN'

/** The store cannot answer, and the policy refuses. The caller tries again under the same key: what was done is not done twice. */
export const databaseUnavailable = (policy: FailurePolicy, cause: unknown): AppError =>
  new AppError(
    'UNAVAILABLE',
    `Entitlements are temporarily unavailable and the failure policy is ${policy}. Try again.`,
    {
      cause,
      details: { policy },
      internal: String(cause),
    },
  )
