/** Opens files in ImageJ, without a screen, and prints what it makes of them: one line a fact, planes as their pixels. */
import ij.IJ;
import ij.ImagePlus;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.measure.Calibration;
import ij.process.ImageProcessor;
import java.io.FileInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

public class Look {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            System.out.println("file " + file);
            if (file.endsWith(".zip")) rois(file);
            else picture(file);
        }
    }

    static void picture(String file) {
        ImagePlus picture = IJ.openImage(file);
        Calibration size = picture.getCalibration();
        System.out.println("sides " + picture.getNFrames() + " " + picture.getNSlices() + " " + picture.getNChannels() + " "
            + picture.getHeight() + " " + picture.getWidth());
        System.out.println("bits " + picture.getBitDepth());
        System.out.println("size " + size.frameInterval + " " + size.pixelDepth + " " + size.pixelHeight + " " + size.pixelWidth);
        System.out.println("unit " + size.getUnit());
        for (int n = 1; n <= picture.getStackSize(); n++) {
            ImageProcessor plane = picture.getStack().getProcessor(n);
            StringBuilder line = new StringBuilder("plane");
            for (int y = 0; y < plane.getHeight(); y++)
                for (int x = 0; x < plane.getWidth(); x++) line.append(' ').append((long) plane.getf(x, y));
            System.out.println(line);
        }
    }

    static void rois(String file) throws Exception {
        try (ZipInputStream zip = new ZipInputStream(new FileInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Roi roi = RoiDecoder.openFromByteArray(zip.readAllBytes());
                StringBuilder line = new StringBuilder("roi");
                for (java.awt.Point point : roi.getContainedPoints()) line.append(' ').append(point.y).append(' ').append(point.x);
                System.out.println(line);
            }
        }
    }
}
