import { AppError } from '#services/kernel/errors/app-error.js'

/** Decision while the database is unavailable: denied or allowed, per feature of the catalog. */
export type FailurePolicy = 'CLOSED' | 'OPEN'

/** The database is unavailable, and the policy denies. The caller retries with the same key: nothing is done twice. */
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
