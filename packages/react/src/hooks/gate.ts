import {
  createIdempotencyKey,
  toDenial,
  type Arguments,
  type Denial,
  type RemedyOutcome,
  type StackgateError,
} from '@stackgate/client'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { billingJoin } from '../live/account-joins.js'
import { asStackgateError } from '../mutation.js'
import { useStackgateContext } from '../provider.js'
import { useAccountId, useJoin } from '../query.js'

/** Context of an act. */
export interface GateContext {
  /** Key of the attempt. Pass it to the mutation: every repetition has the same one. */
  readonly key: string
  /** Changes of the arguments with which the server accepts the act, for `changedArguments`, if a remedy named them. */
  readonly changes: Arguments | null
}

/** An act that the server can deny: it returns the result or payload of a mutation, or throws a `DenialError`. */
export type GateAct<Input, Result> = (input: Input, context: GateContext) => Promise<Result>

/** Options of `useGate`. */
export interface GateOptions<Result> {
  readonly accountId?: string | undefined
  /**
   * Name of the gate on the page. With it, an attempt survives the way to the payment provider in the same tab: after the return, it is
   * repeated by itself. The input must be JSON, and gates with the same name repeat each other's attempts.
   */
  readonly name?: string | undefined
  /** Receives the result, also that of an attempt before the return. */
  readonly onDone?: ((result: Result) => void) | undefined
}

/** Properties for `UpgradeModal`, `PaywallDialog`, or a dialog of your own. */
export interface GateDialogProps {
  readonly open: boolean
  readonly denial: Denial | null
  /** Abandons the attempt. */
  readonly onClose: () => void
  /** Receives the outcome of a remedy; the act is repeated when it can succeed. */
  readonly onOutcome: (outcome: RemedyOutcome) => void
  /** True while the act is repeated. */
  readonly isRetrying: boolean
}

/** The same properties, each of which can be left out or undefined. */
export type OptionalGateDialogProps = { readonly [Name in keyof GateDialogProps]?: GateDialogProps[Name] | undefined }

/** An act behind a gate. */
export interface Gate<Input, Result> {
  /**
   * Runs the act. If the server denies it, the promise waits for the payment, and is fulfilled with the result of the repetition, or with
   * undefined when the dialog is closed. While the act runs, a further call with the same input is the same attempt.
   * @throws StackgateError if the request fails
   */
  readonly run: (input: Input) => Promise<Result | undefined>
  /** Result of the last attempt. Undefined before it. */
  readonly data: Result | undefined
  readonly denial: Denial | null
  readonly error: StackgateError | null
  readonly isPending: boolean
  readonly dialogProps: GateDialogProps
}

interface Attempt<Input, Result> {
  readonly input: Input
  readonly key: string
  changes: Arguments | null
  readonly promise: Promise<Result | undefined>
  readonly resolve: (result: Result | undefined) => void
  readonly reject: (error: unknown) => void
}

interface GateState<Result> {
  readonly data: Result | undefined
  readonly denial: Denial | null
  readonly error: StackgateError | null
  readonly isPending: boolean
}

const STORAGE = 'stackgate.gate.'
/** Longer timers end at once. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** Events that cannot lift a denial. */
const NO_PAYMENT = ['checkout.started', 'checkout.expired', 'checkout.cancelled', 'usage.recorded']

/** The denial in a result or payload of a mutation, or in the data of the request with it. */
export function denialIn(result: unknown): Denial | null {
  const values = [result, ...Object.values(Object(result) as object)]
  const denials = values.map((value) => toDenial((Object(value) as { denial?: unknown }).denial))
  return denials.find((denial) => denial !== undefined) ?? null
}

/**
 * Runs an act that the server can deny. A denial opens a dialog; when the account has paid, which the stream reports, the same act is repeated
 * with the same idempotency key. The page is not loaded again.
 */
export function useGate<Input, Result>(
  act: GateAct<Input, Result>,
  options: GateOptions<Result> = {},
): Gate<Input, Result> {
  const context = useStackgateContext()
  const account = useAccountId(options.accountId)
  const { name } = options
  const [state, setState] = useState<GateState<Result>>({
    data: undefined,
    denial: null,
    error: null,
    isPending: false,
  })
  const attempt = useRef<Attempt<Input, Result> | null>(null)
  const isRunning = useRef(false)
  const isAgain = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const denied = useRef<Denied | null>(null)
  const latest = useRef({ act, options })
  useEffect(() => {
    latest.current = { act, options }
  })

  const execute = useCallback(async (): Promise<void> => {
    const current = attempt.current
    if (!current) return
    if (isRunning.current) {
      isAgain.current = true
      return
    }
    isRunning.current = true
    setState((before) => ({ ...before, error: null, isPending: true }))
    let next: Partial<GateState<Result>> = {}
    try {
      const result = await latest.current.act(current.input, { key: current.key, changes: current.changes })
      const denial = denialIn(result)
      if (attempt.current !== current) return
      next = denial ? { denial } : { denial: null, data: result }
      denied.current = denial && { denial, at: performance.now() }
      if (denial) store(name, current)
      else finish(() => current.resolve(result))
      if (!denial) latest.current.options.onDone?.(result)
    } catch (error) {
      const denial = toDenial(error)
      if (attempt.current !== current) return
      next = denial ? { denial } : { error: asStackgateError(error) }
      denied.current = denial ? { denial, at: performance.now() } : null
      if (denial) store(name, current)
      else finish(() => current.reject(error))
    } finally {
      isRunning.current = false
      setState((before) => ({ ...before, ...next, isPending: false }))
      const repeats = isAgain.current
      isAgain.current = false
      if (repeats) void execute()
    }

    function finish(report: () => void): void {
      attempt.current = null
      store(name, null)
      report()
    }
  }, [name])

  // An attempt before the way to the payment provider.
  useEffect(() => {
    const stored = storedAttempt<Input>(name)
    if (!stored || attempt.current) return
    // To leave a component is not to pay. Of several gates with one name, the first repeats the attempt.
    if (stored.page === performance.timeOrigin) return
    store(name, stored)
    attempt.current = newAttempt(stored)
    void execute()
  }, [name, execute])

  useEffect(() => () => clearTimeout(timer.current), [])

  const isDenied = state.denial !== null
  useJoin(isDenied && account !== null ? billingJoin(context, account) : undefined)
  const { subscribeToEvents } = context
  useEffect(() => {
    if (!isDenied) return undefined
    return subscribeToEvents(account, ({ type }) => {
      if (!NO_PAYMENT.includes(type)) void execute()
    })
  }, [isDenied, account, subscribeToEvents, execute])

  const run = useCallback(
    (input: Input): Promise<Result | undefined> => {
      const before = attempt.current
      if (before && isRunning.current && isEqual(before.input, input)) return before.promise
      before?.resolve(undefined)
      clearTimeout(timer.current)
      const started = newAttempt<Input, Result>({ input, key: createIdempotencyKey(), changes: null })
      attempt.current = started
      setState({ data: undefined, denial: null, error: null, isPending: true })
      void execute()
      return started.promise
    },
    [execute],
  )
  const onClose = useCallback(() => {
    attempt.current?.resolve(undefined)
    attempt.current = null
    clearTimeout(timer.current)
    store(name, null)
    setState((before) => ({ ...before, denial: null, error: null }))
  }, [name])
  const onOutcome = useCallback(
    (outcome: RemedyOutcome) => {
      if (outcome.kind === 'retry' && attempt.current) attempt.current.changes = outcome.changes
      if (outcome.kind === 'done' || outcome.kind === 'retry') void execute()
      if (outcome.kind !== 'wait' || !outcome.retryAt) return
      const wait = Math.max(0, waitOf(denied.current) ?? outcome.retryAt.getTime() - Date.now())
      clearTimeout(timer.current)
      if (wait <= MAX_TIMER_MS) timer.current = setTimeout(() => void execute(), wait)
    },
    [execute],
  )
  const { denial, isPending } = state
  const dialogProps = useMemo(
    () => ({ open: denial !== null, denial, onClose, onOutcome, isRetrying: denial !== null && isPending }),
    [denial, onClose, onOutcome, isPending],
  )
  return { run, ...state, dialogProps }
}

/** A denial, and the time of `performance.now` at which it arrived. */
interface Denied {
  readonly denial: Denial
  readonly at: number
}

/** The wait that the server stated as a duration, of which a part has passed. A wrong clock of the browser has no effect on it. */
function waitOf(denied: Denied | null): number | null {
  const seconds = denied?.denial.retryAfterSeconds
  return typeof seconds === 'number' ? seconds * 1000 - (performance.now() - denied!.at) : null
}

interface StoredAttempt<Input> {
  /** Start of the page that stored the attempt. */
  readonly page?: number
  readonly input: Input
  readonly key: string
  readonly changes: Arguments | null
}

function newAttempt<Input, Result>(stored: StoredAttempt<Input>): Attempt<Input, Result> {
  let resolve!: Attempt<Input, Result>['resolve']
  let reject!: Attempt<Input, Result>['reject']
  const promise = new Promise<Result | undefined>((onResult, onError) => {
    resolve = onResult
    reject = onError
  })
  // An attempt before the return has no caller.
  promise.catch(() => undefined)
  return { ...stored, promise, resolve, reject }
}

const isEqual = (one: unknown, other: unknown): boolean => {
  try {
    return JSON.stringify(one) === JSON.stringify(other)
  } catch {
    return one === other
  }
}

/** Stores an attempt in the tab, or removes it. A browser without storage loses it on the way to the provider. */
function store<Input>(name: string | undefined, attempt: StoredAttempt<Input> | null): void {
  if (name === undefined) return
  try {
    if (!attempt) return window.sessionStorage.removeItem(STORAGE + name)
    const { input, key, changes } = attempt
    const stored = { page: performance.timeOrigin, input, key, changes }
    window.sessionStorage.setItem(STORAGE + name, JSON.stringify(stored))
  } catch {
    // No storage.
  }
}

function storedAttempt<Input>(name: string | undefined): StoredAttempt<Input> | null {
  if (name === undefined) return null
  try {
    return JSON.parse(window.sessionStorage.getItem(STORAGE + name) ?? 'null') as StoredAttempt<Input> | null
  } catch {
    return null
  }
}
