using System.IO.Compression;

namespace Archiver;

/// <summary>Writes an archive: for each file its name, its length, and its compressed bytes.</summary>
internal static class Packer
{
    public static int Pack(string archive, string[] files, Journal journal)
    {
        int ret = -1;
        FileStream? target = null;

        if (files.Length == 0)
            goto cleanup; // nothing to pack

        target = new FileStream(archive, FileMode.Create);
        foreach (var file in files)
        {
            if (!Append(target, file))
                goto cleanup;
        }

        journal.Note("packed " + files.Length);
        ret = 0;

    cleanup:
        if (target != null)
            target.Dispose();
        return ret;
    }

    private static bool Append(Stream target, string file)
    {
        FileStream source = File.OpenRead(file);
        try
        {
            Write(target, file, source);
            return source.Length > 0;
        }
        finally
        {
            source.Dispose();
        }
    }

    private static void Write(Stream target, string name, Stream source)
    {
        var writer = new BinaryWriter(target, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            writer.Write(name);
            writer.Write(source.Length);
        }
        finally
        {
            writer.Dispose();
        }

        var zip = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true);
        source.CopyTo(zip);
        zip.Dispose();
    }
}
