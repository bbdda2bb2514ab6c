import { createRequire } from "node:module";

/** Of Microsoft's Kusto language service, what is used here; its own types are 1.7 MB. */
interface Language {
  readonly Symbols: {
    readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: readonly unknown[]) => unknown };
  };
  readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
  readonly KustoCode: { ParseAndAnalyze(query: string, globals: unknown): Code };
}

interface Code {
  GetDiagnostics(): {
    readonly Count: number;
    getItem(index: number): { readonly Severity: string; readonly Message: string; readonly Start: number };
  };
}

/** The tables of a Log Analytics workspace that our queries read, with the columns that they may use. */
const tables: Readonly<Record<string, string>> = {
  AppTraces:
    "(TimeGenerated:datetime, Message:string, SeverityLevel:int, Properties:dynamic, AppRoleName:string, AppRoleInstance:string)",
  AppMetrics:
    "(TimeGenerated:datetime, Name:string, Sum:real, Min:real, Max:real, ItemCount:int, Properties:dynamic, AppRoleName:string)",
  AppExceptions:
    "(TimeGenerated:datetime, ProblemId:string, ExceptionType:string, OuterMessage:string, SeverityLevel:int, Properties:dynamic, AppRoleName:string)",
  AppRequests:
    "(TimeGenerated:datetime, Name:string, Success:bool, ResultCode:string, DurationMs:real, Properties:dynamic, AppRoleName:string)",
};

function load(): { readonly language: Language; readonly globals: unknown } {
  const run = createRequire(import.meta.url);
  // They are scripts that put their names among the globals.
  run("@kusto/language-service-next/bridge.min.js");
  run("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
  const { Kusto } = globalThis as unknown as { readonly Kusto: { readonly Language: Language } };
  const { Symbols, GlobalState } = Kusto.Language;
  const symbols = Object.entries(tables).map(([name, schema]) =>
    Symbols.TableSymbol.From(schema).WithName(name),
  );
  const database = new Symbols.DatabaseSymbol.ctor("workspace", symbols);
  return { language: Kusto.Language, globals: GlobalState.Default.WithDatabase(database) };
}

let loaded: ReturnType<typeof load> | undefined;

/** What Microsoft's parser finds wrong with a query: syntax, and tables, columns and functions that do not exist. */
export function kustoProblems(query: string): string[] {
  const { language, globals } = (loaded ??= load());
  const found = language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => {
    const { Severity, Message, Start } = found.getItem(index);
    const line = query.slice(0, Start).split("\n").length;
    return `line ${line}: ${Severity}: ${Message}`;
  });
}
