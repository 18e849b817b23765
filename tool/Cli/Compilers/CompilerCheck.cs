using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using MigrateCleanup.C;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Loading;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Cli.Compilers;

/// <summary>
/// Asks the project's own compiler (gcc or clang) about changed files, with the project's flags and without compiling
/// anything: the text goes in through a pipe, changed headers lie in a temporary directory that comes before theirs.
/// </summary>
public sealed partial class CompilerCheck(CompileCommands commands, WorkTree tree, SourceFiles files, Messages messages) : ICompilerCheck, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Path, string Key), Lazy<ImmutableArray<Diagnostic>>> _said = new();
    private readonly string _overlays = Directory.CreateTempSubdirectory("migrate-cleanup-").FullName;
    private int _overlayCount;

    /// <summary>Null where the project does not say how it is compiled.</summary>
    public static CompilerCheck? Find(string directory, WorkTree tree, SourceFiles files, Messages messages) =>
        CompileCommands.Find(directory, tree, messages) is { } commands ? new CompilerCheck(commands, tree, files, messages) : null;

    public ImmutableArray<CompilerProblem> NewProblems(
        IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, IReadOnlyDictionary<string, string> others)
    {
        var changed = after.Keys.Where(p => !before.TryGetValue(p, out var text) || text != after[p]).Order(StringComparer.Ordinal).ToList();
        var headers = changed.Where(p => commands.For(p) is null).ToList();
        var compiled = changed.Except(headers).Concat(headers.SelectMany(UserOf)).Distinct().ToList();
        if (compiled.Count == 0)
            return [];

        using var former = OverlayOf(before, others);
        using var overlay = OverlayOf(after, others);
        return
        [
            .. compiled.AsParallel().AsOrdered().SelectMany(path => NewIn(path, before, after, former, overlay))
                .Select(p => after.ContainsKey(p.Path) ? p : p with { Path = headers[0], Span = new TextSpan(0, 0) }),
        ];
    }

    /// <summary>The headers that are not as they lie on the disk; null for none.</summary>
    private Overlay? OverlayOf(IReadOnlyDictionary<string, string> texts, IReadOnlyDictionary<string, string> others)
    {
        var headers = texts.Concat(others)
            .Where(t => commands.For(t.Key) is null && files.Read(t.Key)?.Text != t.Value)
            .ToDictionary(t => t.Key, t => t.Value);
        return headers.Count == 0 ? null : new Overlay(_overlays, Interlocked.Increment(ref _overlayCount), tree, headers);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(_overlays, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Detail($"{_overlays}: cannot be removed: {e.Message}");
        }
    }

    private IEnumerable<CompilerProblem> NewIn(
        string path, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after, Overlay? former, Overlay? overlay)
    {
        var command = commands.For(path)!;
        var text = after.GetValueOrDefault(path) ?? before.GetValueOrDefault(path) ?? files.Read(path)?.Text;
        if (text is null)
            return [];

        var old = Said(command, before.GetValueOrDefault(path) ?? text, former);
        var @new = Said(command, text, overlay);
        var known = old.GroupBy(d => d.Saying).ToDictionary(g => g.Key, g => g.Count());
        var lines = new LineMap(text);
        var added = new List<CompilerProblem>();
        foreach (var diagnostic in @new)
        {
            if (known.TryGetValue(diagnostic.Saying, out var left) && left > 0)
                known[diagnostic.Saying] = left - 1;
            else
                added.Add(new CompilerProblem(path, SpanOf(diagnostic, text, lines), diagnostic.Kind, diagnostic.Message));
        }

        return added;
    }

    private static TextSpan SpanOf(Diagnostic diagnostic, string text, LineMap lines)
    {
        if (!diagnostic.IsInFile)
            return new TextSpan(0, 0);

        var start = Math.Min(text.Length, lines.StartOf(diagnostic.Line) + Math.Max(0, diagnostic.Column - 1));
        return new TextSpan(start, 0);
    }

    /// <summary>Some file that is compiled with a header, so that the header is looked at, too.</summary>
    private IEnumerable<string> UserOf(string header)
    {
        var name = Path.GetFileName(header);
        var user = commands.All.FirstOrDefault(c =>
            files.Read(c.File)?.Text is { } text
            && (text.Contains($"/{name}\"", StringComparison.Ordinal) || text.Contains($"\"{name}\"", StringComparison.Ordinal)));
        return user is null ? [] : [user.File];
    }

    private ImmutableArray<Diagnostic> Said(CompileCommand command, string text, Overlay? overlay)
    {
        var key = overlay is null ? text : $"{overlay.Key}\n{text}";
        return _said.GetOrAdd((command.File, key), _ => new Lazy<ImmutableArray<Diagnostic>>(() => Compile(command, text, overlay))).Value;
    }

    private ImmutableArray<Diagnostic> Compile(CompileCommand command, string text, Overlay? overlay)
    {
        var start = new ProcessStartInfo(command.Compiler)
        {
            WorkingDirectory = Directory.Exists(command.Directory) ? command.Directory : tree.Top,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (option, path) in overlay?.Before(command) ?? [])
        {
            start.ArgumentList.Add(option);
            start.ArgumentList.Add(path);
        }

        string[] own = ["-fsyntax-only", "-fno-diagnostics-color", "-iquote", Path.GetDirectoryName(command.File)!, "-x", "c", "-"];
        foreach (var argument in command.Arguments.Concat(own))
            start.ArgumentList.Add(argument);

        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            var bytes = files.Read(command.File) is { } file && file.TryEncode(text, out var encoded) ? encoded : Encoding.UTF8.GetBytes(text);
            var writing = process.StandardInput.BaseStream.WriteAsync(bytes).AsTask().ContinueWith(_ => Close(process), TaskScheduler.Default);
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                messages.Warning($"{DisplayName.FromCurrentDirectory(command.File)}: {command.Compiler} does not come to an end; its check was not made");
                return [];
            }

            Task.WaitAll(writing, output, error);
            return Parse(error.Result);
        }
        catch (Win32Exception)
        {
            messages.Warning($"{command.Compiler}: no such compiler; its check was not made");
            return [];
        }
    }

    private static void Close(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The compiler has gone without reading to the end; what it said counts.
        }
    }

    private static ImmutableArray<Diagnostic> Parse(string output)
    {
        var said = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var line in output.Split('\n'))
        {
            if (DiagnosticLine().Match(line.TrimEnd()) is not { Success: true } match)
                continue;

            var file = match.Groups["file"].Value;
            said.Add(new Diagnostic(
                file,
                int.Parse(match.Groups["line"].Value, System.Globalization.CultureInfo.InvariantCulture),
                match.Groups["column"] is { Success: true, Value: var column } ? int.Parse(column, System.Globalization.CultureInfo.InvariantCulture) : 1,
                match.Groups["kind"].Value,
                match.Groups["message"].Value));
        }

        return said.ToImmutable();
    }

    [GeneratedRegex(@"^(?<file>[^:]+):(?<line>\d+):(?:(?<column>\d+):)? (?<kind>warning|error|fatal error): (?<message>.*)$")]
    private static partial Regex DiagnosticLine();

    private sealed record Diagnostic(string File, int Line, int Column, string Kind, string Message)
    {
        public bool IsInFile => File is "<stdin>";

        /// <summary>What it says, wherever it stands: lines move.</summary>
        public (string, string, string) Saying => (Path.GetFileName(File), Kind, Message);
    }

    /// <summary>Changed headers, laid out as in the work tree.</summary>
    private sealed class Overlay : IDisposable
    {
        private readonly string _root;
        private readonly WorkTree _tree;
        private readonly IReadOnlyDictionary<string, string> _headers;

        public Overlay(string directory, int number, WorkTree tree, IReadOnlyDictionary<string, string> headers)
        {
            _root = Path.Combine(directory, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            _tree = tree;
            _headers = headers;
            foreach (var (path, text) in headers)
            {
                var copy = CopyOf(path);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.WriteAllText(copy, text);
            }

            foreach (var path in headers.Keys)
                LinkNeighbours(path);
        }

        public string Key => string.Join('\n', _headers.OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}\n{h.Value}"));

        /// <summary>The include directories that stand for those of a command.</summary>
        public IEnumerable<(string Option, string Path)> Before(CompileCommand command)
        {
            yield return ("-iquote", CopyOf(Path.GetDirectoryName(command.File)!));
            foreach (var (option, path) in command.IncludeDirectories)
            {
                if (Directory.Exists(CopyOf(path)))
                    yield return (option, CopyOf(path));
            }
        }

        public void Dispose()
        {
            if (Directory.Exists(_root))
                Directory.Delete(_root, recursive: true);
        }

        /// <summary>
        /// A header finds those beside it by itself. So that they find the changed one, too, they stand beside its copy:
        /// with both texts of it in one compilation, everything in it would be there twice.
        /// </summary>
        private void LinkNeighbours(string path)
        {
            foreach (var neighbour in SourceTree.FilesIn(Path.GetDirectoryName(path)!).Where(f => Path.GetExtension(f) is ".h"))
            {
                if (!File.Exists(CopyOf(neighbour)))
                    File.CreateSymbolicLink(CopyOf(neighbour), neighbour);
            }
        }

        /// <summary>What lies outside of the work tree is never changed, and has no copy.</summary>
        private string CopyOf(string path) =>
            _tree.NameOf(path) is var name && name.StartsWith("..", StringComparison.Ordinal) ? Path.Combine(_root, "outside") : Path.Combine(_root, name);
    }
}
