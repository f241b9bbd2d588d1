import { ConfigurableModuleBuilder, DynamicModule, Module, Type } from '@nestjs/common';
import { ApprovedPairs } from './approved-pairs.js';
import { ConfiguredGlossaries } from './configured-glossaries.js';
import { FileKnowledgeStore } from './file-knowledge-store.js';
import { GlossaryController } from './glossary.controller.js';
import { GlossaryService } from './glossary.service.js';
import { KnowledgeStore } from './knowledge-store.js';
import { TaughtKnowledge } from './taught-knowledge.js';

/** What an application may replace in what is taught. */
export interface KnowledgeExtras {
  /** Where it is kept. Default: {@link FileKnowledgeStore}. */
  store?: Type<KnowledgeStore>;
  /** Modules the store takes its dependencies from. */
  imports?: DynamicModule['imports'];
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder()
  .setClassMethodName('forRoot')
  .setExtras<KnowledgeExtras>({}, (definition, { store, imports = [] }) => ({
    ...definition,
    global: true,
    imports: [...(definition.imports ?? []), ...imports],
    providers: [...(definition.providers ?? []), { provide: KnowledgeStore, useClass: store ?? FileKnowledgeStore }],
  }))
  .build();

/** What people teach about databases. Needs the sessions and schema modules beside it. */
@Module({ controllers: [GlossaryController], providers: [ConfiguredGlossaries, TaughtKnowledge, ApprovedPairs, GlossaryService], exports: [TaughtKnowledge, ApprovedPairs, GlossaryService] })
export class KnowledgeModule extends ConfigurableModuleClass {}
