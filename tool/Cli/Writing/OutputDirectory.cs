using MigrateCleanup.Cli.Output;
using MigrateCleanup.Cli.Texts;

namespace MigrateCleanup.Cli.Writing;

/// <summary>A directory that a verb writes its files to. Whether that can work is asked before anything long runs.</summary>
public sealed class OutputDirectory
{
    private readonly string _name;

    private OutputDirectory(string path, string name)
    {
        Path = path;
        _name = name;
    }

    public string Path { get; }

    /// <exception cref="Stop">No name was given, or something else is in its place.</exception>
    public static OutputDirectory Of(string? name)
    {
        var given = name ?? throw Stop.Usage("--out DIR is missing: the directory to write to");
        var path = System.IO.Path.GetFullPath(given);
        for (var current = path; current is not null; current = System.IO.Path.GetDirectoryName(current))
        {
            if (File.Exists(current))
                throw Stop.Failed($"--out {given}: cannot be written: '{DisplayName.FromCurrentDirectory(current)}' is a file, not a directory");

            if (Directory.Exists(current))
            {
                TryOut(given, current);
                break;
            }
        }

        return new OutputDirectory(path, given.TrimEnd('/'));
    }

    /// <summary>Only making a file tells whether one can be made.</summary>
    private static void TryOut(string given, string directory)
    {
        try
        {
            WholeFile.TryOut(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed($"--out {given}: cannot be written: {(e is UnauthorizedAccessException ? "permission denied" : $"'{DisplayName.FromCurrentDirectory(directory)}' takes no new files")}");
        }
    }

    public string PathOf(string file) => System.IO.Path.Combine(Path, file);

    /// <summary>The bytes of a file here; null when there is none.</summary>
    public byte[]? Read(string file) => File.Exists(PathOf(file)) ? File.ReadAllBytes(PathOf(file)) : null;

    /// <summary>Writes a file whole; a failure is said, and is no reason not to try the next one.</summary>
    public bool TryWrite(string file, byte[] bytes, Messages messages)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(file))!);
            WholeFile.Write(PathOf(file), bytes);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            messages.Error($"{_name}/{file}: cannot be written: {SourceFiles.WriteReason(e)}");
            return false;
        }
    }

    public void TryDelete(string file)
    {
        try
        {
            File.Delete(PathOf(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is in nobody's way but the reader's, and what is written beside it says what counts.
        }
    }
}
