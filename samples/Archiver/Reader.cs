namespace Archiver;

/// <summary>Reads what <see cref="Packer"/> wrote.</summary>
internal static class Reader
{
    public static int List(string archive)
    {
        int count;
        StreamReader? names = null;
        try
        {
            names = new StreamReader(archive);
            count = Count(names);
        }
        finally
        {
            names?.Dispose();
        }

        Console.WriteLine(count);
        return count > 0 ? 0 : 1;
    }

    /// <summary>The first line of a file.</summary>
    public static string? Title(string path)
    {
        var reader = new StreamReader(path);
        if (reader.EndOfStream)
            return null;

        string? title = reader.ReadLine();
        reader.Close();
        return title;
    }

    private static int Count(StreamReader names)
    {
        int count = 0;
        while (names.ReadLine() != null)
            count++;

        return count;
    }
}
