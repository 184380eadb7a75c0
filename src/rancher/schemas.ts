import cluster from './schemas/cluster.json' with { type: 'json' }
import management from './schemas/management.json' with { type: 'json' }
import project from './schemas/project.json' with { type: 'json' }
import publicly from './schemas/public.json' with { type: 'json' }
import { SchemaSet } from './schema.ts'
import type { SchemasOf } from './route.ts'

/** Every schema served, by API version. */
export const schemas: SchemasOf = {
  public: new SchemaSet(publicly),
  management: new SchemaSet(management),
  cluster: new SchemaSet(cluster),
  project: new SchemaSet(project),
}
