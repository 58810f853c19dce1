import { InvalidArgumentError, type Command } from 'commander'
import type { ImportOptions } from '#startup/import-commands.js'
import type { ImportProgress, ImportReport } from '#services/billing/imports/import-subscriptions.js'
import { JSON_OPTION, printProgress, printResult, type CommandContext } from '../command-context.js'
import { requires } from '../required-module.js'
import { EXIT_CODE } from '../exit-code.js'

const wholeNumber = (max: number) => (text: string) => {
  if (!/^[1-9]\d{0,4}$/.test(text) || Number(text) > max)
    throw new InvalidArgumentError(`must be an integer between 1 and ${max}`)
  return Number(text)
}

/** Adds `import`, which adopts the subscriptions of another system. */
export function addImportCommand(program: Command, { env, setExitCode }: CommandContext): void {
  program
    .command('import')
    .hook('preAction', requires('billing', { env }))
    .description('imports customers and subscriptions that another system created at a payment provider')
    .command('stripe')
    .description(
      'imports customers, subscriptions, prices and balances of a Stripe account, and compares both sides; changes nothing at Stripe. Repeat it to continue; exit code 1 for an object that cannot be imported or a difference',
    )
    .requiredOption('--mapping <file>', 'YAML file that maps prices to plans, and customers to accounts')
    .option('--dry-run', 'print what would be imported, and every object that cannot be, without changes')
    .option('--concurrency <number>', 'customers at the same time', wholeNumber(50), 4)
    .option('--rate <number>', 'maximum number of calls to Stripe in a second', wholeNumber(1000), 20)
    .option(...JSON_OPTION)
    .action(async ({ json, ...options }: ImportOptions & { json?: boolean }) => {
      const { importFromStripe } = await import('#startup/import-commands.js')
      const report = await importFromStripe(env, options, progressPrinter())
      printResult(report, linesOf(report), json)
      const differences = report.reconciliation ? report.reconciliation.found : 0
      if (report.problems.length + differences > 0 || report.reconciliation?.error) setExitCode(EXIT_CODE.FOUND)
    })
}

const STEPS: Record<ImportProgress['step'], string> = {
  PLAN: 'subscriptions read',
  SUBSCRIPTIONS: 'subscriptions imported',
  PAYMENTS: 'invoices read',
  BALANCES: 'balances applied',
  RECONCILIATION: 'objects compared',
}

/** A line for each step, and for each hundred objects of it. */
function progressPrinter(): (progress: ImportProgress) => void {
  let printed = ''
  return ({ step, done, total }) => {
    const isLast = total !== null && done >= total
    const mark = `${step} ${Math.floor(done / 100)}${isLast ? ' last' : ''}`
    if (mark === printed) return
    printed = mark
    printProgress(`${done}${total === null ? '' : ` of ${total}`} ${STEPS[step]}`)
  }
}

function linesOf(report: ImportReport): string[] {
  const { dryRun, problems, reconciliation } = report
  const would = dryRun ? 'would be ' : ''
  return [
    ...problems.flatMap(({ object, reason, remedy, subscriptions }) => [
      `NOT IMPORTED ${object}: ${reason} (${subscriptions} subscriptions)`,
      `          → ${remedy}`,
    ]),
    `${report.found} subscriptions at Stripe: ${report.imported} ${would}imported, ${report.known} known before, ${report.refused} not imported`,
    `${report.pricesLinked} prices ${would}linked, ${report.accountsCreated} accounts ${would}created`,
    ...(dryRun
      ? ['Nothing was changed.']
      : [
          `${report.invoicesRecorded} paid invoices recorded, ${report.paymentsAccepted} payments for other things accepted, ${report.balancesApplied} balances applied`,
        ]),
    ...(reconciliation
      ? [
          ...reconciliation.differences.map(({ kind, description }) => `DIFFERENCE ${kind}: ${description}`),
          reconciliation.error
            ? `The comparison ended early: ${reconciliation.error}`
            : `${reconciliation.checked} objects compared, ${reconciliation.found} differences (reconciliation ${reconciliation.id})`,
        ]
      : []),
  ]
}
