using System.Collections.Immutable;
using MigrateCleanup.C;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Differential.Tests.Traces;
using MigrateCleanup.Engine.Pipeline;
using MigrateCleanup.Rules;
using Process = System.Diagnostics.Process;
using ProcessStartInfo = System.Diagnostics.ProcessStartInfo;

namespace MigrateCleanup.Differential.Tests.C;

/// <summary>Generated functions of C, migrated, compiled and run before and after.</summary>
/// <param name="Style">The style in which they are migrated.</param>
/// <param name="Header">What they include.</param>
/// <param name="Free">What they free texts with.</param>
/// <param name="Lock">What takes a lock.</param>
/// <param name="Unlock">What gives it back.</param>
internal sealed record CWorld(string Style, string Header, string Free, string Lock, string Unlock)
{
    private const string Functions = "functions.c";

    private static readonly StyleSet s_styles = StyleSet.Shipped(Catalog.Styles);
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "C");

    public static bool HasCompiler { get; } = Start("gcc", s_folder, "--version").Code == 0;

    public static CWorld GLib { get; } = new("glib", "glib-world.h", "g_free", "g_mutex_lock", "g_mutex_unlock");

    public static CWorld Attribute { get; } = new("attribute", "world.h", "free", "lock_take", "lock_drop");

    public Comparison Compare(int seed, int count)
    {
        var (text, table) = CFunctions.Write(seed, count, Header, Free, Lock, Unlock);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal) { [Functions] = text };
        foreach (var header in new[] { "world.h", Header })
            texts[header] = File.ReadAllText(Path.Combine(s_folder, header));

        var settings = new CSettings(s_styles, Catalog.FactsFor("c", []), Catalog.ReleaserWords) { Style = Style };
        var codebase = CCodebase.Create(texts, _ => true, settings);
        var options = new MigrationOptions
        {
            Rewrites = [.. Catalog.Rewrites.Where(r => !r.RemovesOutOfMemoryEdges)],
            Findings = [],
            Catalogue = codebase.Catalogue,
            Style = codebase.Style?.Name ?? "",
            Jobs = 1,
        };
        var outcome = Migration.Run(codebase, options);
        var after = new Dictionary<string, string>(texts, StringComparer.Ordinal);
        foreach (var file in outcome.Files)
            after[file.Path] = file.After;

        var functions = outcome.Files.Single(f => f.Path == Functions);
        return Comparison.Of(
            Run(texts, table), Run(after, table), text, after[Functions],
            [.. functions.Functions.Where(f => f.State == FunctionState.Converted).Select(f => f.Name)]);
    }

    private ImmutableArray<Trace> Run(Dictionary<string, string> texts, string table)
    {
        var folder = Directory.CreateTempSubdirectory("differential");
        try
        {
            foreach (var (path, text) in texts)
                File.WriteAllText(Path.Combine(folder.FullName, path), text);

            File.WriteAllText(Path.Combine(folder.FullName, "table.c"), table);
            File.Copy(Path.Combine(s_folder, "world.c"), Path.Combine(folder.FullName, "world.c"));
            var compiled = Start("gcc", folder.FullName, "-w", "-O1", $"-D{Free}=world_free", "-o", "run", Functions, "table.c", "world.c");
            if (compiled.Code != 0)
                throw new InvalidOperationException($"{compiled.Error}\n{texts[Functions]}");

            var ran = Start(Path.Combine(folder.FullName, "run"), folder.FullName);
            return ran.Code == 0 ? [.. Trace.Parse(ran.Output)] : throw new InvalidOperationException($"the run ended with {ran.Code}: {ran.Output[^Math.Min(400, ran.Output.Length)..]}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (int Code, string Output, string Error) Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "", "");
        }
    }
}
