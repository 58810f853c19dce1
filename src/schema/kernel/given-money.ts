import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
} from 'graphql'
import { refused } from '#services/kernel/denials/denial.js'
import { InvalidAmountError, parseDecimal, type Money } from '#services/kernel/money/money.js'
import type { Denial } from './denial.type.js'
import type { ValidationIssue } from './validation-issue.type.js'
import { MoneyInput } from './money.input.js'
import { GivenAmountError, UnreadableAmount } from './unreadable-amount.js'

/**
 * Makes the fields of a type read every amount of their arguments that is a decimal, so that resolvers receive minor units. Only the server
 * knows how many decimals a currency has. A mutation is denied if a decimal is no amount of its currency, after its other checks: it
 * receives an amount that throws when it is read, so that a caller without the permission learns nothing about the amount.
 */
export function readDecimals(type: GraphQLNamedType): void {
  if (!isObjectType(type)) return
  for (const field of Object.values(type.getFields())) {
    const amounts = field.args.filter((argument) => hasMoney(argument.type))
    if (field.resolve && amounts.length > 0) readArguments(field, amounts)
  }
}

function readArguments(field: GraphQLField<unknown, unknown>, amounts: readonly GraphQLArgument[]): void {
  const resolve = field.resolve!
  const payload = getNullableType(field.type)
  const canDeny = isObjectType(payload) && 'denial' in payload.getFields()
  const unread: Unread = canDeny ? (error) => new UnreadableAmount(error) : refuse
  field.resolve = async (source, args: Readonly<Record<string, unknown>>, context, info) => {
    try {
      const given = amounts.filter(({ name }) => args[name] !== undefined)
      const read = given.map(
        ({ name, type }) => [name, withMinorUnits(args[name], type, name === 'input' ? '' : name, unread)] as const,
      )
      return await resolve(source, { ...args, ...Object.fromEntries(read) }, context, info)
    } catch (error) {
      if (!(error instanceof GivenAmountError) || !canDeny) throw error
      return { denial: denialOf(error) }
    }
  }
}

/** Returns what stands for an amount that cannot be read, or throws. */
type Unread = (error: GivenAmountError) => UnreadableAmount

function refuse(error: GivenAmountError): never {
  throw error
}

function denialOf({
  message,
  field,
}: GivenAmountError): Pick<Denial, '__typename' | 'source' | 'code' | 'message' | 'issues'> {
  const source = refused('INVALID_AMOUNT', message, { field })
  const issues = source.issues.map(({ path, code, message: text }): ValidationIssue => ({
    path: path.map(String),
    code,
    message: text,
    severity: 'ERROR',
    line: null,
  }))
  return { __typename: 'Denial', source, code: source.code, message, issues }
}

const isMoney = (type: GraphQLNamedType): boolean => type.name === MoneyInput.name

/** True if a value of the type can contain an amount. */
function hasMoney(type: GraphQLInputType, seen = new Set<string>()): boolean {
  const named = getNamedType(type)
  if (isMoney(named)) return true
  if (!isInputObjectType(named) || seen.has(named.name)) return false
  seen.add(named.name)
  return Object.values(named.getFields()).some((field) => hasMoney(field.type, seen))
}

/** A copy of the value with the minor units of its amounts: fields that use the same variable share the value. */
function withMinorUnits(value: unknown, type: GraphQLInputType, path: string, unread: Unread): unknown {
  const given = getNullableType(type)
  if (value === null || value === undefined || !hasMoney(given)) return value
  if (isListType(given))
    return (value as readonly unknown[]).map((each, index) =>
      withMinorUnits(each, given.ofType, `${path}.${index}`, unread),
    )
  if (!isInputObjectType(given)) return value
  if (isMoney(given)) return readMoney(value as MoneyInput, path, unread)
  const members = given.getFields()
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      withMinorUnits(each, members[name]!.type, path ? `${path}.${name}` : name, unread),
    ]),
  )
}

function readMoney(value: MoneyInput, path: string, unread: Unread): object {
  try {
    return givenMoney(value, path)
  } catch (error) {
    if (!(error instanceof GivenAmountError)) throw error
    return { amountMinor: unread(error), currency: value.currency }
  }
}

/** @throws GivenAmountError if both forms of the amount are given, or none, and if the decimal is no amount of the currency */
function givenMoney({ amountMinor, decimal, currency }: MoneyInput, path: string): Money {
  const minor = (amountMinor as number | null | undefined) ?? null
  const text = decimal ?? null
  if ((minor === null) === (text === null))
    throw new GivenAmountError('Set either amountMinor or decimal of an amount.', path)
  if (minor !== null) return { amountMinor: minor, currency }
  try {
    return parseDecimal(text!, currency)
  } catch (error) {
    if (!(error instanceof InvalidAmountError)) throw error
    throw new GivenAmountError(`${error.message[0]!.toUpperCase()}${error.message.slice(1)}.`, `${path}.decimal`)
  }
}
