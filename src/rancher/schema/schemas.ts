import cluster from './cluster.json' with { type: 'json' }
import management from './management.json' with { type: 'json' }
import project from './project.json' with { type: 'json' }
import publicly from './public.json' with { type: 'json' }
import { SchemaSet } from './schema.ts'
import type { SchemasOf } from '../request/route.ts'

/** Every schema served, by API version. */
export const schemas: SchemasOf = {
  public: new SchemaSet(publicly),
  management: new SchemaSet(management),
  cluster: new SchemaSet(cluster),
  project: new SchemaSet(project),
}
