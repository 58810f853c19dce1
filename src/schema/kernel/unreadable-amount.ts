import { AppError } from '#services/kernel/errors/app-error.js'

/** An amount of an argument that cannot be read. */
export class GivenAmountError extends AppError {
  constructor(
    message: string,
    readonly field: string,
  ) {
    super('BAD_USER_INPUT', message, { details: { field } })
  }
}

/** Minor units that throw in every conversion, calculation, statement and JSON. */
export class UnreadableAmount {
  constructor(private readonly error: GivenAmountError) {}

  [Symbol.toPrimitive](): never {
    return this.read()
  }

  toJSON(): never {
    return this.read()
  }

  read(): never {
    throw this.error
  }
}
