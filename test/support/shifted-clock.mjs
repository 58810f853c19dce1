// Preloaded into a server process (`node --import`): its clock is wrong by CLOCK_SHIFT_MS until SIGUSR2 puts it right, and again after the next.
const shift = Number(process.env.CLOCK_SHIFT_MS ?? 0)
let isShifted = process.env.CLOCK_SHIFTED_AT_START !== 'false'
process.on('SIGUSR2', () => (isShifted = !isShifted))

const RealDate = Date
const realNow = RealDate.now
const now = () => realNow() + (isShifted ? shift : 0)
RealDate.now = now
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [now()], newTarget),
})
