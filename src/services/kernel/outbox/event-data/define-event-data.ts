import { z } from 'zod'

/** Data of one or several types of events, in the form of streams. */
export interface StreamData<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly streamed: z.ZodObject<Shape>
  /** True if `operatorEvents` emits the event as well. */
  readonly isForOperators?: boolean
}

/** Data of one or several types of outbox events, in the form that webhooks deliver. */
export interface EventData<
  Shape extends z.ZodRawShape = z.ZodRawShape,
  OfAccount extends boolean = boolean,
  Streamed extends z.ZodRawShape = z.ZodRawShape,
> extends StreamData<Streamed> {
  /** Name of the type in clients. */
  readonly name: string
  readonly description: string
  /** True if each event concerns an account. */
  readonly isOfAccount: OfAccount
  readonly schema: z.ZodObject<Shape>
}

/** Members of a stream: the ID of the subject is not among them, because the event has it. */
type WithoutSubject<Shape> = Omit<Shape, 'subjectId'>

const withoutSubject = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<WithoutSubject<Shape>> =>
  z.strictObject(
    Object.fromEntries(Object.entries(shape).filter(([name]) => name !== 'subjectId')) as WithoutSubject<Shape>,
  )

/** Data of events that only streams have. */
export const onlyStreamed = <Shape extends z.ZodRawShape>(shape: Shape): StreamData<Shape> => ({
  streamed: z.strictObject(shape),
})

/** The same delivered data, with fewer members in streams. */
export const streamedAs = <Shape extends z.ZodRawShape, OfAccount extends boolean, Streamed extends z.ZodRawShape>(
  data: EventData<Shape, OfAccount>,
  shape: Streamed,
): EventData<Shape, OfAccount, Streamed> => ({ ...data, streamed: z.strictObject(shape) })

/** The same data, of events that `operatorEvents` emits as well: steps that operators follow. */
export const forOperators = <Data extends StreamData>(data: Data): Data & { readonly isForOperators: true } => ({
  ...data,
  isForOperators: true,
})

/** Data of events that concern an account. */
export const ofAccount = <Shape extends z.ZodRawShape>(
  name: string,
  description: string,
  shape: Shape,
): EventData<Shape, true, WithoutSubject<Shape>> => ({
  name,
  description,
  isOfAccount: true,
  schema: z.strictObject(shape),
  streamed: withoutSubject(shape),
})

/** Data of events that can concern no account, for example of a template of the operator. */
export const ofAny = <Shape extends z.ZodRawShape>(
  name: string,
  description: string,
  shape: Shape,
): EventData<Shape, false, WithoutSubject<Shape>> => ({
  name,
  description,
  isOfAccount: false,
  schema: z.strictObject(shape),
  streamed: withoutSubject(shape),
})

/** The same data for each of several types. */
export const each = <Type extends string, Data>(types: readonly Type[], data: Data): Readonly<Record<Type, Data>> =>
  Object.fromEntries(types.map((type) => [type, data])) as Record<Type, Data>

/** A time. It is written as a date or as text, and delivered as text. */
export const time = () => z.union([z.date(), z.iso.datetime()]).meta({ shown: { type: 'string', format: 'date-time' } })

export const text = () => z.string()
export const maybeText = () => z.string().nullable()
export const integer = () => z.int()
export const interval = () => z.strictObject({ unit: z.enum(['DAY', 'WEEK', 'MONTH', 'YEAR']), count: integer() })
/** The interval of a price. Null if it is paid once. */
export const maybeInterval = () => interval().nullable()
export const openObject = () => z.record(z.string(), z.unknown())
