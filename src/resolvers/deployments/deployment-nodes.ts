import { mapped, rowNodes, type LoadNode } from '#context/nodes.js'
import { readAsOperator } from '#services/identity/access/read-as-operator.js'
import { visibleDeploymentObject } from '#services/deployments/queries/visible-deployment-object.js'
import { toAgent, toCommand, toDeployment } from './deployment.mapper.js'
import { loadDeploymentApp } from './load-deployment-app.js'
import { toOutage } from './outages.resolver.js'

/** Deployments, their applications, agents and commands. */
export const deploymentNodes = {
  app: loadDeploymentApp,
  ...rowNodes({
    out: async (context, id) => mapped(await readAsOperator(context, () => context.loaders.outage.load(id)), toOutage),
    dep: async (context, id) =>
      mapped(await visibleDeploymentObject(context, await context.loaders.deployment.load(id)), toDeployment),
    cmd: async (context, id) =>
      mapped(await visibleDeploymentObject(context, await context.loaders.command.load(id)), toCommand),
    agt: async (context, id) => {
      const agent = await visibleDeploymentObject(context, await context.loaders.agent.load(id))
      return agent && toAgent(context, agent)
    },
  }),
}

export const deploymentByHash: LoadNode = async (context, hash) =>
  mapped(await visibleDeploymentObject(context, await context.loaders.deploymentByHash.load(hash)), toDeployment)
