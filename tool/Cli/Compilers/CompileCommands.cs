using System.Collections.Immutable;
using System.Text.Json;
using MigrateCleanup.Cli.Git;
using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Cli.Compilers;

/// <summary>A project's <c>compile_commands.json</c>: how each of its files is compiled.</summary>
public sealed class CompileCommands
{
    public const string FileName = "compile_commands.json";

    /// <summary>Where builds leave it, below the directories that are looked at.</summary>
    private static readonly string[] BuildDirectories = ["", "build", "builddir", "_build", "out", "obj", "Build", "cmake-build-debug"];

    private readonly Dictionary<string, CompileCommand> _commands;

    private CompileCommands(Dictionary<string, CompileCommand> commands)
    {
        _commands = commands;
    }

    /// <summary>The commands in the ordinal order of their files.</summary>
    public IEnumerable<CompileCommand> All => _commands.Values.OrderBy(c => c.File, StringComparer.Ordinal);

    public CompileCommand? For(string path) => _commands.GetValueOrDefault(path);

    /// <summary>Looks from a directory upwards to the top of the work tree; null when there is none that can be used.</summary>
    public static CompileCommands? Find(string directory, WorkTree tree, Messages messages)
    {
        for (var current = directory; current is not null; current = Path.GetDirectoryName(current))
        {
            foreach (var path in BuildDirectories.Select(b => Path.Combine(current, b, FileName)))
            {
                if (File.Exists(path))
                    return Read(path, messages);
            }

            if (current == tree.Top)
                break;
        }

        return null;
    }

    private static CompileCommands? Read(string path, Messages messages)
    {
        var name = DisplayName.FromCurrentDirectory(path);
        string text;
        try
        {
            text = SourceFile.Read(path).Text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Warning($"{name}: cannot be read: {SourceFiles.Reason(e)}");
            return null;
        }

        var source = JsonSource.Parse(name, text);
        if (source.Root is { Kind: not JsonValueKind.Array } other)
            source.Complain(other, $"a list of commands is expected, not {other.KindName}");

        if (source.Problems is [var problem, ..])
        {
            messages.Warning(problem.ToString());
            return null;
        }

        var commands = new Dictionary<string, CompileCommand>(StringComparer.Ordinal);
        foreach (var item in source.Root!.Items)
        {
            if (CommandOf(item, Path.GetDirectoryName(path)!) is { } command)
                commands.TryAdd(command.File, command);
        }

        return commands.Count == 0 ? null : new CompileCommands(commands);
    }

    private static CompileCommand? CommandOf(LocatedJson item, string home)
    {
        if (item["file"]?.Text is not { } file)
            return null;

        ImmutableArray<string> words = item["arguments"] is { Kind: JsonValueKind.Array } arguments
            ? [.. arguments.Items.Select(a => a.Text).OfType<string>()]
            : item["command"]?.Text is { } command ? [.. CommandLineText.Split(command)] : [];
        var directory = Path.GetFullPath(Path.Combine(home, item["directory"]?.Text ?? "."));
        return CompileCommand.Of(Target(directory), file, words);
    }

    /// <summary>Files are known by their real names.</summary>
    private static string Target(string directory) =>
        Directory.Exists(directory) ? Loading.Target.RealPath(directory) : directory;
}
