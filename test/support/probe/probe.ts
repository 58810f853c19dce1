import { defineModule } from '#modules/module.js'
import { GreetProbeResolver } from './greet-probe.resolver.js'
import { probeEvents } from './probe-events.js'
import { PROBE_RUN, runProbe } from './probe-job.js'
import { probePage } from './probe-page.js'
import { probeRules } from './probe-rules.js'
import { probeSettings } from './probe-settings.js'

/** A module with one job, event, setting, invariant, page and mutation. */
export const probe = defineModule({
  name: 'probe',
  requires: ['core'],
  resolvers: [GreetProbeResolver],
  settings: probeSettings,
  events: probeEvents,
  jobs: { [PROBE_RUN]: runProbe },
  invariants: probeRules,
  routes: (host) => [probePage(host)],
})
