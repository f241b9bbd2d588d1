// The package types its wrapper only; the guard makes instances of its own (see sql-parser.ts).
declare module 'libpg-query/wasm/libpg-query.js' {
  /** Pointers are offsets into the instance's memory. */
  export interface LibpgQuery {
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _wasm_parse_query_raw(sql: number): number;
    _wasm_free_parse_result(result: number): void;
    _wasm_scan(sql: number): number;
    _wasm_fingerprint(sql: number): number;
    _wasm_free_string(text: number): void;
    lengthBytesUTF8(text: string): number;
    stringToUTF8(text: string, pointer: number, bytes: number): void;
    UTF8ToString(pointer: number): string;
    getValue(pointer: number, type: 'i32'): number;
  }

  export default function instantiate(options: {
    instantiateWasm(imports: object, ready: (instance: object) => void): void;
  }): Promise<LibpgQuery>;
}

declare namespace WebAssembly {
  class Module {
    private readonly compiled: true;
  }
  class Instance {
    constructor(module: Module, imports: object);
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
