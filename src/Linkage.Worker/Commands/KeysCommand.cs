using System.CommandLine;
using Linkage.Pseudonyms;

namespace Linkage.Worker.Commands;

/// <summary><c>linkage keys new</c> and <c>linkage keys rotate</c>.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var path = new Option<string>("--out") { HelpName = "FILE", Description = "File to create, mode 0600.", Required = true };
        var create = new Command("new", "Make a new key ring file with one random key.") { path };
        create.SetAction(parsed => Guarded(() =>
        {
            var file = parsed.GetRequiredValue(path);
            KeyRing.CreateFile(file, TimeProvider.System);
            Console.Out.WriteLine($"key ring {file}, version 1. Back it up: without it no registry and no token can be made again.");
        }));

        var keys = new Option<string>("--keys") { HelpName = "FILE", Description = "Key ring file.", Required = true };
        var rotate = new Command("rotate", "Add a key version and make it current; older versions stay usable.") { keys };
        rotate.SetAction(parsed => Guarded(() =>
        {
            var file = parsed.GetRequiredValue(keys);
            var version = KeyRing.RotateFile(file, TimeProvider.System);
            Console.Out.WriteLine($"key ring {file}, version {version} is current. Registries built from now on use it.");
        }));

        return new Command("keys", "Key rings: the secret every token depends on.") { create, rotate };
    }

    private static int Guarded(Action action)
    {
        try
        {
            action();
            return ExitCode.Done;
        }
        catch (KeyRingException e)
        {
            Console.Error.WriteLine($"linkage: {e.Message}");
            return ExitCode.BadInput;
        }
    }
}
