namespace Archiver;

internal static class Program
{
    private static int Main(string[] args)
    {
        if (args.Length < 2)
        {
            Console.Error.WriteLine("usage: archiver pack|list ARCHIVE [FILE...]");
            return 2;
        }

        var journal = new Journal();
        journal.Note("start " + args[0]);
        return args[0] switch
        {
            "pack" => Packer.Pack(args[1], args[2..], journal),
            "list" => Reader.List(args[1]),
            _ => 2,
        };
    }
}
